package main

import (
	"fmt"
	"os"
)

func main() {
	rooms := 12
	fmt.Println(formatRoom(7))
}
