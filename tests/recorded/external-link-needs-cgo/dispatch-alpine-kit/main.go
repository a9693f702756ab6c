package main

import "fmt"

func main() {
	fmt.Println("dispatch ready")
}
