package main

import "fmt"

func main() {
	fmt.Println("rota ready")
}
