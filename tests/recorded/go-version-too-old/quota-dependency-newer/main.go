package main

import (
	"fmt"

	"example.com/lib/ringbuf"
)

func main() { fmt.Println(ringbuf.Size) }
