package main

import "fmt"

func main() {
	fmt.Println("rink ready")
}
