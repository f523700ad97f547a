"""What a codemod is, and how what it proposes is proven."""
