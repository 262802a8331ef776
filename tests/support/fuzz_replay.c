/*
 * Runs a fuzz target over the files of a folder, so that what a fuzzer once found stays found
 * without a fuzzer. Exit 1 when the folder holds no file: a replay of nothing proves nothing.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { input_bytes_max = 1024 * 1024 };

static void replay(const char *folder, const char *name, uint8_t *bytes)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return;
    size_t size = fread(bytes, 1, input_bytes_max, file);
    fclose(file);
    /* A copy of the exact size, so that a read past the end is seen. */
    uint8_t *input = malloc(size ? size : 1);
    for (size_t i = 0; input && i < size; i++)
        input[i] = bytes[i];
    LLVMFuzzerTestOneInput(input, size);
    /* Every prefix, too: decoders meet cut-off input more than anything else. */
    for (size_t len = 0; len < size && len < 256; len++)
        LLVMFuzzerTestOneInput(input, len);
    free(input);
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    uint8_t *bytes = malloc(input_bytes_max);
    DIR *entries = argc == 2 ? opendir(argv[1]) : NULL;
    struct dirent *entry;
    while (bytes && entries && (entry = readdir(entries))) {
        if (entry->d_name[0] == '.')
            continue;
        replay(argv[1], entry->d_name, bytes);
        count++;
    }
    if (entries)
        closedir(entries);
    free(bytes);
    printf("%u inputs replayed\n", count);
    return count == 0;
}
