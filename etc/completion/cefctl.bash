# SPDX-License-Identifier: Apache-2.0
# bash-completion(7) for cefctl. Names of sources and destinations are asked of
# the running daemon, within a second; where none answers there are none.
_cefctl_ask()
{
	local word value at
	local -a where=()

	for ((at = 1; at < COMP_CWORD; at++)); do
		word=${COMP_WORDS[at]}
		case $word in
		-s | --socket | -c | --config)
			value=${COMP_WORDS[at + 1]}
			# bash cuts --socket=PATH at the equals sign.
			[[ $value != = ]] || value=${COMP_WORDS[at + 2]}
			where=("$word" "$value")
			;;
		esac
	done
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

_cefctl_words()
{
	local IFS=$' \t\n'

	mapfile -t COMPREPLY < <(compgen -W "$1" -- "${COMP_WORDS[COMP_CWORD]}")
}

_cefctl_files()
{
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
}

# The verb, and the word behind it.
_cefctl_verb()
{
	local at word

	verb=
	object=
	for ((at = 1; at < COMP_CWORD; at++)); do
		word=${COMP_WORDS[at]}
		case $word in
		-s | --socket | -c | --config)
			[[ ${COMP_WORDS[at + 1]} != = ]] || ((at++))
			((at++))
			;;
		-* | =) ;;
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

_cefctl()
{
	local verb object
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local verbs='status poll pause resume send-test queue replay reload test
		names convert setup'
	local everywhere='--socket --config --help --version'

	# bash cuts --to=NAME at the equals sign.
	if [[ $word == = ]]; then
		word=
	elif [[ $before == = ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $before in
	-s | --socket | -c | --config | --answers) _cefctl_files; return ;;
	--format) _cefctl_words 'cef json leef rfc5424-sd'; return ;;
	--to) _cefctl_words "$(_cefctl_names destinations)"; return ;;
	--since | --until) _cefctl_words '1h 24h 7d'; return ;;
	-n | --count) return ;;
	esac
	_cefctl_verb
	case $verb in
	'') _cefctl_words "$verbs $everywhere" ;;
	status) _cefctl_words '--json --watch' ;;
	poll) _cefctl_words "--dry-run $(_cefctl_names sources)" ;;
	pause | resume | test) _cefctl_words "$(_cefctl_names)" ;;
	send-test) _cefctl_words "$(_cefctl_names destinations)" ;;
	replay) _cefctl_words "--since --until --to $(_cefctl_names sources)" ;;
	names) _cefctl_words 'sources destinations' ;;
	convert)
		case $word in
		-*) _cefctl_words --format ;;
		*) _cefctl_files ;;
		esac
		;;
	setup) _cefctl_words --answers ;;
	queue)
		case $object in
		'') _cefctl_words 'list peek drop' ;;
		peek) _cefctl_words "--count $(_cefctl_queues)" ;;
		drop) _cefctl_words "--force $(_cefctl_queues)" ;;
		esac
		;;
	esac
}

complete -F _cefctl cefctl
