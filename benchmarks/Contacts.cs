using Padron.Application.Contacts;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;

namespace Padron.Benchmarks;

/// <summary>Contacts to opt out, each once: a second opt-out would find nothing to do.</summary>
sealed class Contacts
{
    readonly Register register;
    readonly Queue<PhoneNumber> left;

    Contacts(Register register, IEnumerable<PhoneNumber> phones) => (this.register, left) = (register, new(phones));

    /// <param name="count">At most: a small register has fewer.</param>
    public static async Task<Contacts> ChooseAsync(Register register, int count)
    {
        // In order of their keyed ids, which is as good as chance.
        await using var command = register.DataSource.CreateCommand("select phone from read.contact_states where opted_out_at is null order by id limit $1");
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync();
        var phones = new List<PhoneNumber>();
        while (await reader.ReadAsync())
            phones.Add(PhoneNumber.Parse($"+{reader.GetInt64(0)}"));
        return new(register, phones);
    }

    public int Left => left.Count;

    public PhoneNumber[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => left.Dequeue())];

    /// <summary>The command as the endpoint gives it: load the stream, decide, append.</summary>
    public Task OptOutAsync(PhoneNumber phone) =>
        register.Get<ContactStreams>().ExecuteAsync(
            phone, new OptOutContact(phone, OptOutMethod.Api, "ALTO", "bench", TimeProvider.System.GetUtcNow()), ContactDecider.Decide, new(User: "bench"));
}
