package main

// int words(const char *s);
import "C"

import "fmt"

func main() { fmt.Println(C.words(C.CString("one two"))) }
