package main

/*
#define _GNU_SOURCE
#include <stdlib.h>
static long kilos(const char *s) { return strtol(s, NULL, 10); }
*/
import "C"

import "fmt"

func main() { fmt.Println("tare", int64(C.kilos(C.CString("1200 kg")))) }
