package main

// Rate is the rate in per cent.
var Rate = 19
