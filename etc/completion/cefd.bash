# SPDX-License-Identifier: Apache-2.0
# bash-completion(7) for cefd.
_cefd()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}

	if [[ $word == = ]]; then
		word=
	elif [[ $before == = ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $before in
	-c | --config)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	--log-format)
		mapfile -t COMPREPLY < <(compgen -W 'plain json' -- "$word")
		return
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W '--config --check --print --verbose
		--log-format --spool-reset --version --help' -- "$word")
}

complete -F _cefd cefd
