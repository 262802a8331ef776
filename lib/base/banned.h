#pragma once
/*
 * Functions that are unsafe with foreign bytes or with threads; using one stops the build.
 * meson includes this header into every source file, after the system headers that declare them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok strtok_r
#pragma GCC poison atoi atol atof gmtime localtime asctime ctime mktemp tmpnam
