package main

/*
#cgo LDFLAGS: -lresolv
#include <netinet/in.h>
#include <arpa/nameser.h>
#include <resolv.h>
static int mx(const char *name) { unsigned char answer[512]; return res_search(name, C_IN, T_MX, answer, sizeof answer); }
*/
import "C"

import "fmt"

func main() { fmt.Println("answer", C.mx(C.CString("example.com"))) }
