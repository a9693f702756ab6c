package main

import "fmt"

func main() {
	fmt.Println("atlas ready")
}
