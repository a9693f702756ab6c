package main

import "github.com/google/gousb"

func main() { gousb.NewContext().Close() }
