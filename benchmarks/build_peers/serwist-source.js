self.list = self.__SW_MANIFEST;
