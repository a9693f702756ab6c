#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
int main(void) { printf("%ld\n", strtol("42", NULL, 10)); return 0; }
