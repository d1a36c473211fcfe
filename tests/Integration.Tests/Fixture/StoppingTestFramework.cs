using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Padron.Integration.Tests.Fixture;

/// <summary>xunit 2 with one thing more: it stops the run's PostgreSQL when the last test has ended.</summary>
/// <remarks>The exit of the process would be too late: vstest kills a test host that takes more than 100 ms to exit.</remarks>
public sealed class StoppingTestFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    sealed class Executor(AssemblyName assembly, ISourceInformationProvider source, IMessageSink messages)
        : XunitTestFrameworkExecutor(assembly, source, messages)
    {
        // Void is xunit's own signature; the runner reports what goes wrong inside.
        protected override async void RunTestCases(
            IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
        {
            using var runner = new Runner(TestAssembly, testCases, DiagnosticMessageSink, executionMessageSink, executionOptions);
            await runner.RunAsync();
        }
    }

    sealed class Runner(
        ITestAssembly assembly, IEnumerable<IXunitTestCase> cases, IMessageSink diagnostics, IMessageSink execution, ITestFrameworkExecutionOptions options)
        : XunitTestAssemblyRunner(assembly, cases, diagnostics, execution, options)
    {
        protected override async Task BeforeTestAssemblyFinishedAsync()
        {
            await PostgresServer.StopAsync();
            await base.BeforeTestAssemblyFinishedAsync();
        }
    }
}
