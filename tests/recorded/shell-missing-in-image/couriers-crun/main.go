package main

import "fmt"

func main() {
	fmt.Println("couriers ready")
}
