package main

/*
#cgo CFLAGS: -O2 -march=armv8-a+crc
static int taps(void) { return 64; }
*/
import "C"

import "fmt"

func main() { fmt.Println(C.taps()) }
