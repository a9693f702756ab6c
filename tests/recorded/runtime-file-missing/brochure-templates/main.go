package main

import (
	"html/template"
	"log"
)

func main() {
	t := template.Must(template.ParseFiles("templates/index.html"))
	log.Println("brochure:", len(t.Templates()), "template")
}
