// An identity provider for tests: any login is a person, with the login as the subject.
//
// node server.js ISSUER CONSOLE: the issuer's own address, and the address of the console.
// MODULES: where `make identity-provider` has put oidc-provider.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [issuer, desk] = process.argv.slice(2)
const found = createRequire(`${process.env.MODULES}/`).resolve('oidc-provider')
const { Provider } = await import(pathToFileURL(found).href)

const client = {
  client_id: 'sanban',
  client_secret: 'a secret of the tests',
  redirect_uris: [`${desk}/callback`],
  post_logout_redirect_uris: [`${desk}/sign-in`],
  backchannel_logout_uri: `${desk}/back-channel-logout`,
  backchannel_logout_session_required: true,
}
const provider = new Provider(issuer, {
  clients: [client, { ...client, client_id: 'another program' }],
  cookies: { keys: ['of the tests'] },
  pkce: { required: () => true },
  features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
  // Its own fetch refuses this machine, where all of a test is.
  fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  async loadExistingGrant(context) {
    const { client, session } = context.oidc
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope('openid')
    await grant.save()
    return grant
  },
})
provider.on('backchannel.error', (_, error) => console.error(error))
provider.on('server_error', (_, error) => console.error(error))
provider.listen(Number(new URL(issuer).port), '127.0.0.1')
