# Made by `cargo xtask dist`, of a template in host/packaging/homebrew.
class GitRemoteCodecommit < Formula
  desc "Git remotes in AWS CodeCommit, with any AWS identity and no Git credentials"
  homepage "{{repository}}"
  version "{{version}}"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "{{url aarch64-apple-darwin}}"
      sha256 "{{sha256 aarch64-apple-darwin}}"
    end
    on_intel do
      url "{{url x86_64-apple-darwin}}"
      sha256 "{{sha256 x86_64-apple-darwin}}"
    end
  end

  on_linux do
    on_arm do
      url "{{url aarch64-unknown-linux-musl}}"
      sha256 "{{sha256 aarch64-unknown-linux-musl}}"
    end
    on_intel do
      url "{{url x86_64-unknown-linux-musl}}"
      sha256 "{{sha256 x86_64-unknown-linux-musl}}"
    end
  end

  def install
    bin.install Dir["bin/*"]
    man1.install Dir["share/man/man1/*.1"]
    bash_completion.install "share/bash-completion/completions/git-codecommit"
    fish_completion.install "share/fish/vendor_completions.d/git-codecommit.fish"
    zsh_completion.install "share/zsh/site-functions/_git-codecommit"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/git-remote-codecommit --version")
    # Git finds the helper, which refuses before anything is sent.
    ENV.prepend_path "PATH", bin
    said = shell_output("git ls-remote codecommit::us-esat-1://MyRepo 2>&1", 128)
    assert_match "hint: did you mean us-east-1?", said
  end
end
