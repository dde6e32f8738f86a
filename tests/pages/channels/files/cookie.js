document.cookie = "_ga=GA1.1.1.1; path=/";
