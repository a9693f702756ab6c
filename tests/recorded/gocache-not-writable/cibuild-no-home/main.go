package main

import "fmt"

func main() {
	fmt.Println("cibuild ready")
}
