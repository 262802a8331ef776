/* malloc and free with explicit_bzero between them, for OpenSSL. */
#include "lib/enc/wiping_heap.h"

#include <stdlib.h>
#include <string.h>

#include <malloc.h>
#include <openssl/crypto.h>

static void *take(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return malloc(size);
}

static void give_back(void *memory, const char *file, int line)
{
    (void)file, (void)line;
    if (memory)
        explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

static void *take_again(void *memory, size_t size, const char *file, int line)
{
    size_t old_size = memory ? malloc_usable_size(memory) : 0;
    void *fresh = malloc(size);
    if (!fresh)
        return NULL;
    if (memory)
        memcpy(fresh, memory, old_size < size ? old_size : size);
    give_back(memory, file, line);
    return fresh;
}

bool wiping_heap_install(void)
{
    return CRYPTO_set_mem_functions(take, take_again, give_back) == 1;
}
