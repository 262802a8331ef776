#pragma once
/* Suite files: reading one, and finding all in a folder. */
#include "lib/base/arena.h"
#include "lib/base/slice.h"

#define FILES_MAX 10000

struct file_list {
    struct slice paths[FILES_MAX]; /* NUL-terminated */
    size_t count;
};

/* The whole file; absent when it cannot be read, and errno says why. */
struct slice files_read(const char *path, struct arena *arena);

/* The file, or every *.yaml and *.yml below the folder in alphabetical order. */
bool files_find(const char *path, struct arena *arena, struct file_list *list);
