/*
 * Linked into every sanitized unit test: Criterion exits 0 when only the leak check of a child
 * complains, so each test process checks for leaks itself and aborts on one.
 */
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>

__attribute__((destructor)) static void abort_on_leak(void)
{
    if (__lsan_do_recoverable_leak_check())
        abort();
}
#endif
