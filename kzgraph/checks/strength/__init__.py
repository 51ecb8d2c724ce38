"""Whether facts say more than their passages: by modality, hedge, strong words, or numbers and names of their own."""
