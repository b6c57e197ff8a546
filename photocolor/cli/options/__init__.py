"""Every option of `restore`, declared once by subject: its name, unit, bounds and the sentence that explains it."""
