package main

// #cgo LDFLAGS: -lmodem
// int modem_bars(void);
import "C"

import "fmt"

func main() { fmt.Println("bars", C.modem_bars()) }
