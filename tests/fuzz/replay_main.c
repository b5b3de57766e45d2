/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target over files, and over all files of directories, so that
 * what was found once is tried by every `make check` with any compiler. Options,
 * which are libFuzzer's, are passed over.
 */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

#define FILE_MAX (1L << 20)

static int replay(const char *path, size_t *count);
static int replay_directory(const char *path, size_t *count);
static int replay_file(const char *path);

int
main(int argc, char **argv)
{
	size_t count = 0;
	int i;

	for (i = 1; i < argc; i++) {
		if (argv[i][0] != '-' && replay(argv[i], &count) == -1)
			return 1;
	}
	if (count == 0) {
		(void)fprintf(stderr, "%s: nothing to replay\n", argv[0]);
		return 1;
	}
	(void)printf("%s: %zu files replayed\n", argv[0], count);
	return 0;
}

static int
replay(const char *path, size_t *count)
{
	struct stat st;

	if (stat(path, &st) == -1) {
		perror(path);
		return -1;
	}
	if (S_ISDIR(st.st_mode))
		return replay_directory(path, count);
	(*count)++;
	return replay_file(path);
}

static int
replay_directory(const char *path, size_t *count)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char name[4096];
	int rc = 0;

	if (dir == NULL) {
		perror(path);
		return -1;
	}
	for (;;) {
		entry = readdir(dir);
		if (entry == NULL || rc == -1)
			break;
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(
		    name, sizeof(name), "%s/%s", path, entry->d_name);
		rc = replay(name, count);
	}
	(void)closedir(dir);
	return rc;
}

/* In a block of its own exact size, so that reading past it is seen. */
static int
replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *all = malloc((size_t)FILE_MAX);
	uint8_t *data;
	size_t len;

	if (file == NULL || all == NULL) {
		perror(path);
		if (file != NULL)
			(void)fclose(file);
		free(all);
		return -1;
	}
	len = fread(all, 1, (size_t)FILE_MAX, file);
	(void)fclose(file);
	data = malloc(len != 0 ? len : 1);
	if (data == NULL) {
		free(all);
		return -1;
	}
	memcpy(data, all, len);
	free(all);
	(void)LLVMFuzzerTestOneInput(data, len);
	free(data);
	return 0;
}
