# SPDX-License-Identifier: Apache-2.0
# Flags are never assumed: each is put to the compiler or the linker by itself
# and kept only when it is taken without a warning.

# CEFD_CFLAG(VARIABLE, FLAG...)
# Add to VARIABLE each FLAG of the blank-separated list that the compiler takes.
AC_DEFUN([CEFD_CFLAG], [
for cefd_flag in $2; do
	AS_VAR_PUSHDEF([cefd_cache], [cefd_cv_cflag_$cefd_flag])
	AC_CACHE_CHECK([whether $CC takes $cefd_flag], [cefd_cache], [
		cefd_save_CFLAGS=$CFLAGS
		CFLAGS="$CFLAGS -Werror $cefd_flag"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
		    [AS_VAR_SET([cefd_cache], [yes])],
		    [AS_VAR_SET([cefd_cache], [no])])
		CFLAGS=$cefd_save_CFLAGS
	])
	AS_VAR_IF([cefd_cache], [yes], [AS_VAR_APPEND([$1], [" $cefd_flag"])])
	AS_VAR_POPDEF([cefd_cache])
done
])

# CEFD_LDFLAG(VARIABLE, FLAG...)
# The same for flags that the linker sees.
AC_DEFUN([CEFD_LDFLAG], [
for cefd_flag in $2; do
	AS_VAR_PUSHDEF([cefd_cache], [cefd_cv_ldflag_$cefd_flag])
	AC_CACHE_CHECK([whether linking takes $cefd_flag], [cefd_cache], [
		cefd_save_CFLAGS=$CFLAGS
		cefd_save_LDFLAGS=$LDFLAGS
		CFLAGS="$CFLAGS $CEFD_CFLAGS -Werror"
		LDFLAGS="$LDFLAGS $cefd_flag"
		AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
		    [AS_VAR_SET([cefd_cache], [yes])],
		    [AS_VAR_SET([cefd_cache], [no])])
		CFLAGS=$cefd_save_CFLAGS
		LDFLAGS=$cefd_save_LDFLAGS
	])
	AS_VAR_IF([cefd_cache], [yes], [AS_VAR_APPEND([$1], [" $cefd_flag"])])
	AS_VAR_POPDEF([cefd_cache])
done
])

# CEFD_FORTIFY(VARIABLE)
# _FORTIFY_SOURCE works only when the compiler optimises, must not fight with a
# level that the distribution's compiler sets by itself, and level 3 is newer
# than some C libraries, which say so with a warning.
AC_DEFUN([CEFD_FORTIFY], [
AC_CACHE_CHECK([for a level of _FORTIFY_SOURCE], [cefd_cv_fortify], [
	AC_PREPROC_IFELSE([AC_LANG_SOURCE([[
#ifdef _FORTIFY_SOURCE
#error set already
#endif
	]])], [cefd_cv_fortify=none], [cefd_cv_fortify=preset])
	AS_IF([test "$cefd_cv_fortify" = none], [
		cefd_save_CFLAGS=$CFLAGS
		for cefd_level in 2 3; do
			CFLAGS="$cefd_save_CFLAGS -D_FORTIFY_SOURCE=$cefd_level"
			CFLAGS="$CFLAGS -Werror"
			AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[
#include <string.h>
#ifndef __OPTIMIZE__
#error not optimising
#endif
#if defined __USE_FORTIFY_LEVEL && __USE_FORTIFY_LEVEL < _FORTIFY_SOURCE
#error the C library does not know this level
#endif
			]], [])], [cefd_cv_fortify=$cefd_level])
		done
		CFLAGS=$cefd_save_CFLAGS
	])
])
AS_CASE([$cefd_cv_fortify],
    [2|3], [AS_VAR_APPEND([$1], [" -D_FORTIFY_SOURCE=$cefd_cv_fortify"])])
])
