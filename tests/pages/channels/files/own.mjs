export const name = "own";
