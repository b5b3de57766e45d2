# SPDX-License-Identifier: Apache-2.0
# bash-completion(7) for cefctl. Names of sources and destinations are asked of
# the running daemon, within a second; where none answers there are none.

# bash cuts a line at = and : too, and leaves quotes and ~ in. Here `words` are
# those that cefctl would get, up to the cursor, but with their quotes.
_cefctl_words_of()
{
	local rest=$COMP_LINE at word

	words=()
	for ((at = 0; at <= COMP_CWORD; at++)); do
		word=${COMP_WORDS[at]}
		if ((at == 0)) || [[ $rest == [[:blank:]]* ]]; then
			words+=("$word")
			rest=${rest#"${rest%%[![:blank:]]*}"}
		else
			words[-1]+=$word
		fi
		rest=${rest#"$word"}
	done
}

# _cefctl_plain WORD - without its quotes, in $plain. Nothing of it is run.
_cefctl_plain()
{
	local rest=$1 quote= char

	plain=
	if [[ $rest =~ ^~[A-Za-z0-9._-]*(/|$) ]]; then
		char=${rest%%/*}
		eval "plain=$char"
		rest=${rest#"$char"}
	fi
	while [[ -n $rest ]]; do
		char=${rest:0:1}
		rest=${rest:1}
		case $quote$char in
		\\ | '"\')
			plain+=${rest:0:1}
			rest=${rest:1}
			;;
		\" | \') quote=$char ;;
		'""' | "''") quote= ;;
		*) plain+=$char ;;
		esac
	done
}

# Which cefd to ask, the verb, and the word behind it.
_cefctl_read()
{
	local at word plain

	for ((at = 1; at < ${#words[@]} - 1; at++)); do
		word=${words[at]}
		case $word in
		-s | --socket | -c | --config)
			((++at))
			_cefctl_plain "${words[at]}"
			where=("$word" "$plain")
			;;
		-s* | --socket=* | -c* | --config=*)
			_cefctl_plain "$word"
			where=("$plain")
			;;
		-n | --count | --to | --since | --until | --format | --answers)
			((++at))
			;;
		-*) ;;
		*)
			if [[ -z $verb ]]; then
				verb=$word
			elif [[ -z $object ]]; then
				object=$word
			fi
			;;
		esac
	done
}

_cefctl_ask()
{
	timeout 1 cefctl "${where[@]}" "$@" 2>/dev/null </dev/null
}

_cefctl_names()
{
	_cefctl_ask names "$@"
}

# Those of former destinations, too.
_cefctl_queues()
{
	_cefctl_ask queue list | sed '1d; s/ .*//'
}

# What the daemon says is no shell code: compgen -W would run it, and what is
# offered stands on the line that is about to be run.
_cefctl_offer()
{
	local name names

	COMPREPLY=()
	IFS=$' \t\n' read -r -d '' -a names <<<"$1"
	for name in "${names[@]}"; do
		[[ $name =~ ^[A-Za-z0-9._/-]+$ && $name == "$word"* ]] || continue
		COMPREPLY+=("$before$name")
	done
}

_cefctl_files()
{
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -P "$before" -f -- "$word")
}

_cefctl()
{
	local words verb object where=()
	local word option before=
	local verbs='status poll pause resume send-test queue replay reload test
		names convert setup'
	local everywhere='--socket --config --help --version'

	_cefctl_words_of
	_cefctl_read
	word=${words[-1]}
	option=${words[-2]}
	case $word in
	--*=*)
		option=${word%%=*}
		word=${word#*=}
		# What stands before bash's last cut stays.
		[[ $COMP_WORDBREAKS == *=* ]] || before=$option=
		;;
	-[sc]?*)
		option=${word:0:2}
		word=${word:2}
		before=$option
		;;
	esac
	case $option in
	-s | --socket | -c | --config | --answers) _cefctl_files; return ;;
	--format) _cefctl_offer 'cef json leef rfc5424-sd'; return ;;
	--to) _cefctl_offer "$(_cefctl_names destinations)"; return ;;
	--since | --until) _cefctl_offer '1h 24h 7d'; return ;;
	-n | --count) return ;;
	esac
	case $verb in
	'') _cefctl_offer "$verbs $everywhere" ;;
	status) _cefctl_offer '--json --watch' ;;
	poll) _cefctl_offer "--dry-run $(_cefctl_names sources)" ;;
	pause | resume | test) _cefctl_offer "$(_cefctl_names)" ;;
	send-test) _cefctl_offer "$(_cefctl_names destinations)" ;;
	replay) _cefctl_offer "--since --until --to $(_cefctl_names sources)" ;;
	names) _cefctl_offer 'sources destinations' ;;
	convert)
		case $word in
		-*) _cefctl_offer --format ;;
		*) _cefctl_files ;;
		esac
		;;
	setup) _cefctl_offer --answers ;;
	queue)
		case $object in
		'') _cefctl_offer 'list peek drop' ;;
		peek) _cefctl_offer "--count $(_cefctl_queues)" ;;
		drop) _cefctl_offer "--force $(_cefctl_queues)" ;;
		esac
		;;
	esac
}

complete -F _cefctl cefctl
