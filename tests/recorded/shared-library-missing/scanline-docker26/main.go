package main

// int count_lines(const char *text);
import "C"

import "fmt"

func main() { fmt.Println("lines:", int(C.count_lines(C.CString("a\nb\nc")))) }
