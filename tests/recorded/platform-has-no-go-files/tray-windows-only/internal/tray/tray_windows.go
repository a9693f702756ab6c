package tray

// Title of the icon.
const Title = "tray"
