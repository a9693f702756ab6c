package main

import (
	"fmt"
	"log"
	"plugin"

	_ "example.com/shop/pricing/rates"
)

func main() {
	p, err := plugin.Open("/plugins/vat.so")
	if err != nil {
		log.Fatal(err)
	}
	s, err := p.Lookup("Rate")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("rate", *s.(*int))
}
