package main

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void label(const char *name, int n) {
	char buf[64];
	snprintf(buf, sizeof buf - (n & 1), "%s-%04d", name, n);
	printf("%s\n", buf);
	fprintf(stderr, "%zu bytes\n", strlen(buf));
	fflush(stdout);
}
*/
import "C"

func main() { C.label(C.CString("crate"), 17) }
