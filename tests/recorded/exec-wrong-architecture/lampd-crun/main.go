package main

import "fmt"

func main() {
	fmt.Println("lampd ready")
}
