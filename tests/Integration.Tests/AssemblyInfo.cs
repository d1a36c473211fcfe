using System.Runtime.Versioning;

[assembly: TestFramework("Padron.Integration.Tests.Fixture.StoppingTestFramework", "Padron.Integration.Tests")]

// The server's users, sockets and file modes are Unix's.
[assembly: UnsupportedOSPlatform("windows")]
