using BenchmarkDotNet.Attributes;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;

namespace Padron.Benchmarks.Calls;

/// <summary>What an import and a command do in memory for each contact.</summary>
public class ContactCalls
{
    static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly PhoneNumber Phone = PhoneNumber.Mexican(5512345678);

    readonly ContactKey key = new([.. Enumerable.Range(1, ContactKey.Size).Select(i => (byte)i)]);
    readonly ImportContact import = new(
        Phone, LadaInferred: false, new ContactDetails(FullName: "ANA PEÑA", StateCode: "CDMX", City: "Ciudad de México"), MarkedInvalid: false,
        new NumberingBlock(5512340000, 5512349999, LineType.Mobile, "TELCEL"), "pnn-0", Guid.Empty, SourceRow: 1, At);

    ContactEvent[] history = [];

    [GlobalSetup]
    public void Live() => history =
    [
        .. ContactDecider.Decide(import, Contact.Stranger), new ContactExtracted(Guid.Empty, At), new ContactOptedOut(null, OptOutMethod.Api, "ALTO", "ana", At),
        new ContactOptedIn("form 12", "ana", At),
    ];

    [Benchmark(Description = "the stream id of a number"), Unit("numbers")]
    public Guid Id() => key.IdOf(Phone);

    [Benchmark(Description = "decide on an imported row"), Unit("rows")]
    public int Decide() => ContactDecider.Decide(import, Contact.Stranger).Length;

    [Benchmark(Description = "fold a history of five events"), Unit("histories")]
    public Contact Fold()
    {
        var contact = Contact.Stranger;
        foreach (var @event in history)
            contact = ContactDecider.Evolve(contact, @event);
        return contact;
    }
}
