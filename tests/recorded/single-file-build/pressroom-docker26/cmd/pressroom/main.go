package main

import "fmt"

func main() {
	for _, r := range routes() {
		fmt.Println(r)
	}
}
