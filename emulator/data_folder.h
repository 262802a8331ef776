#pragma once
/*
 * The folder that holds an emulator's state: the user's, kept and locked against a second
 * emulator, or a private temporary one that goes at exit.
 */
#include <stdbool.h>

#include "lib/base/rand.h"

struct data_folder {
    char path[4000];
    int lock_fd; /* 0: not open */
    bool is_temporary;
};

/*
 * `wanted` NULL makes a temporary folder. Reads the folder's master key (a file of mode 0600), or
 * makes one. False when that cannot be done; the reason was printed to stderr.
 */
bool data_folder_open(const char *wanted, struct rand *rand, struct data_folder *folder,
                      unsigned char master_key[32]);
void data_folder_close(struct data_folder *folder); /* removes a temporary folder */
