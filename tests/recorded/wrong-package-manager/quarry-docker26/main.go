package main

import "fmt"

func main() {
	fmt.Println("quarry ready")
}
