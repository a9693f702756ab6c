package main

import "fmt"

func main() {
	fmt.Println("meterd ready")
}
