self.own = "loaded";
