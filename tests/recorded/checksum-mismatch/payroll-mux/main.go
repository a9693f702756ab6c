package main

import _ "github.com/gorilla/mux"

func main() {}
