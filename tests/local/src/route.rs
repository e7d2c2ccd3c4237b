//! The six requests that the server answers.

use hyper::Method;

use crate::repository::is_safe_name;

/// Which side of Git's protocol is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    /// Clone and fetch.
    UploadPack,
    /// Push.
    ReceivePack,
}

impl Service {
    /// The name in paths and queries.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::UploadPack => "git-upload-pack",
            Self::ReceivePack => "git-receive-pack",
        }
    }
}

/// A request for a repository: <https://git-scm.com/docs/http-protocol>, smart form only.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Route<'a> {
    /// The repository's name, safe to use as a file name.
    pub(crate) repository: &'a str,
    /// The path up to and with the repository's name: what is signed.
    pub(crate) signed_path: &'a str,
    /// The service.
    pub(crate) service: Service,
    /// Whether only the references are asked for (`info/refs`).
    pub(crate) discovery: bool,
}

impl<'a> Route<'a> {
    /// Takes the path and query as they came: nothing is decoded, for no valid name needs it.
    pub(crate) fn parse(path: &'a str, query: Option<&str>) -> Option<Self> {
        const PREFIX: &str = "/v1/repos/";
        let (repository, rest) = path.strip_prefix(PREFIX)?.split_once('/')?;
        if !is_safe_name(repository) {
            return None;
        }
        let signed_path = path.get(..PREFIX.len() + repository.len())?;
        let (service, discovery) = match (rest, query) {
            ("info/refs", Some("service=git-upload-pack")) => (Service::UploadPack, true),
            ("info/refs", Some("service=git-receive-pack")) => (Service::ReceivePack, true),
            ("git-upload-pack", None) => (Service::UploadPack, false),
            ("git-receive-pack", None) => (Service::ReceivePack, false),
            _ => return None,
        };
        Some(Self { repository, signed_path, service, discovery })
    }

    /// The one method this request is made with.
    pub(crate) fn method(&self) -> Method {
        if self.discovery { Method::GET } else { Method::POST }
    }

    /// The same request below the folder of repositories, as `git http-backend` wants it.
    pub(crate) fn backend_path(&self) -> String {
        let rest = if self.discovery { "info/refs" } else { self.service.name() };
        format!("/{}.git/{rest}", self.repository)
    }

    /// The query, as `git http-backend` wants it.
    pub(crate) fn backend_query(&self) -> String {
        if self.discovery { format!("service={}", self.service.name()) } else { String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_the_paths_of_git_is_taken() {
        for (path, query, service, discovery, backend) in [
            (
                "/v1/repos/a.b/info/refs",
                Some("service=git-upload-pack"),
                Service::UploadPack,
                true,
                "/a.b.git/info/refs",
            ),
            (
                "/v1/repos/a.b/info/refs",
                Some("service=git-receive-pack"),
                Service::ReceivePack,
                true,
                "/a.b.git/info/refs",
            ),
            ("/v1/repos/a.b/git-upload-pack", None, Service::UploadPack, false, "/a.b.git/git-upload-pack"),
            ("/v1/repos/a.b/git-receive-pack", None, Service::ReceivePack, false, "/a.b.git/git-receive-pack"),
        ] {
            let route = Route::parse(path, query).unwrap();
            let expected = Route { repository: "a.b", signed_path: "/v1/repos/a.b", service, discovery };
            assert_eq!(route, expected);
            assert_eq!(route.backend_path(), backend);
            assert_eq!(route.backend_query(), query.unwrap_or_default());
        }
    }

    #[test]
    fn every_other_path_is_none_of_ours() {
        for (path, query) in [
            ("/", None),
            ("/v1/repos/demo", None),
            ("/v1/repos/demo/", None),
            ("/v1/repos/demo/HEAD", None),
            ("/v1/repos/demo/info/refs", None),
            ("/v1/repos/demo/info/refs", Some("service=git-upload-archive")),
            ("/v1/repos/demo/info/refs", Some("service=git-upload-pack&x")),
            ("/v1/repos/demo/git-upload-pack", Some("x")),
            ("/v1/repos/demo/git-upload-pack/", None),
            ("/v1/repos/../git-upload-pack", None),
            ("/v1/repos/./git-upload-pack", None),
            ("/v1/repos//git-upload-pack", None),
            ("/v1/repos/a/b/git-upload-pack", None),
            ("/v1/repos/%2e%2e/git-upload-pack", None),
            ("/v1/repos/a%2fb/git-upload-pack", None),
            ("/v2/repos/demo/git-upload-pack", None),
            ("/V1/repos/demo/git-upload-pack", None),
            ("//v1/repos/demo/git-upload-pack", None),
        ] {
            assert_eq!(Route::parse(path, query), None, "{path}");
        }
    }
}
